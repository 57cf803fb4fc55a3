import { ActionIcon, Button, FileButton } from "@mantine/core";
import { useState } from "react";

import { Icon } from "../../parts/Icon";
import { importsText as words } from "../../text/imports";
import classes from "./Import.module.css";

interface Props {
  files: readonly File[];
  change: (files: File[]) => void;
}

/** Where files are dropped, or chosen. */
export function Drop({ files, change }: Props) {
  const [over, setOver] = useState(false);
  const add = (more: readonly File[]) => {
    const names = new Set(more.map(({ name }) => name));
    change([...files.filter(({ name }) => !names.has(name)), ...more]);
  };
  return (
    <>
      <div
        className={classes.drop}
        data-over={over || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          add([...event.dataTransfer.files]);
        }}
      >
        {words.drop}
        <FileButton multiple onChange={add}>
          {(props) => (
            <Button variant="default" {...props}>
              {words.choose}
            </Button>
          )}
        </FileButton>
      </div>
      {files.length > 0 && (
        <ul className={classes.files} aria-label={words.chosen}>
          {files.map((file) => (
            <li key={file.name}>
              <code className="untrusted">{file.name}</code>
              <span className={classes.caption}>{size(file.size)}</span>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={words.takeOut(file.name)}
                onClick={() => change(files.filter((each) => each !== file))}
              >
                <Icon name="close" />
              </ActionIcon>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function size(bytes: number): string {
  const format = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
  return bytes < 1024 ? `${bytes} B` : bytes < 1024 ** 2 ? `${format.format(bytes / 1024)} KiB` : `${format.format(bytes / 1024 ** 2)} MiB`;
}
