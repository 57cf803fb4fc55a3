import { Button, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import type { ImportPlace } from "../../api/imports";
import type { ImportFinding, ImportSummary, ImportView } from "../../client";
import { importsText as words } from "../../text/imports";
import { Choices } from "./Choices";
import classes from "./Import.module.css";
import { Findings, Losses } from "./Notes";
import { Report } from "./Report";

/** What becomes of the document: in numbers first, then what to decide, then flag by flag. */
export function ReportStep({ place, found }: { place: ImportPlace; found: ImportView }) {
  const { summary } = found;
  if (summary === null) return null;
  return (
    <div className={classes.stack}>
      <Numbers place={place} summary={summary} />
      {summary.choices.length > 0 && found.state === "read" && (
        <Choices place={place} options={found.options} choices={summary.choices} />
      )}
      {summary.general.length > 0 && (
        <section className={classes.panel} aria-label={words.general}>
          <Title order={2}>{words.general}</Title>
          <Losses losses={summary.general} />
        </section>
      )}
      {summary.findings.length > 0 && <OfSegments findings={summary.findings} />}
      <Report place={place} made={[found.version, found.options]} total={summary.flags} />
    </div>
  );
}

function Numbers({ place, summary }: { place: ImportPlace; summary: ImportSummary }) {
  const { exact, losses, refused, segments, analysed } = summary;
  const nothing = summary.new + summary.changed + segments.length === 0 && exact + losses > 0;
  const tiles: [string, string, string | undefined][] = [
    [words.exact(exact), words.exactHint, "ok"],
    [words.losses(losses), words.lossesHint, losses > 0 ? "warning" : undefined],
    [words.refused(refused), words.refusedHint, refused > 0 ? "danger" : undefined],
  ];
  return (
    <section className={classes.panel} aria-label={words.steps.report}>
      <dl className={classes.numbers}>
        {tiles.map(([title, hint, tone]) => (
          <div key={title} data-tone={tone}>
            <dt>{title}</dt>
            <dd>{hint}</dd>
          </div>
        ))}
      </dl>
      <p role="status">
        {nothing
          ? words.nothing(place.environment)
          : words.steppers(summary.new, summary.changed, summary.unchanged)}
      </p>
      {segments.length > 0 && (
        <p>
          {words.segments(segments.length)}{" "}
          {segments.map((key, index) => (
            <span key={key}>
              {index > 0 && ", "}
              <code>
                <bdi>{key}</bdi>
              </code>
            </span>
          ))}
        </p>
      )}
      {!analysed && <p className={classes.hint}>{words.notAnalysed}</p>}
      <div className={classes.foot}>
        <Button
          renderRoot={(props: object) => (
            <Link
              to="/projects/$project/import/$environment/$name"
              params={place}
              search={{ step: "verify" }}
              {...props}
            />
          )}
        >
          {words.next.verify}
        </Button>
        <Button
          variant="default"
          renderRoot={(props: object) => (
            <Link
              to="/projects/$project/import/$environment/$name"
              params={place}
              search={{ step: "apply" }}
              {...props}
            />
          )}
        >
          {words.next.apply}
        </Button>
      </div>
    </section>
  );
}

function OfSegments({ findings }: { findings: ImportFinding[] }) {
  return (
    <section className={classes.panel} aria-label={words.findings}>
      <Title order={2}>{words.findings}</Title>
      <Findings findings={findings} />
    </section>
  );
}
