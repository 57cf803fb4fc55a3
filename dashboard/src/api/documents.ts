import { queryOptions } from "@tanstack/react-query";

import { exportDocument, listSegments, type Segment } from "../client";
import { asked, written, type Moment } from "../model/moment";
import { answered, withHeaders } from "./http";

const PAGE = 200;

/** Every segment of an environment, whole, and the version that they were read at. */
export const wholeSegmentsQuery = (project: string, environment: string) =>
  queryOptions({
    queryKey: [project, "segments", "whole", environment],
    queryFn: async () => {
      const path = { project, environment };
      const segments: Segment[] = [];
      let version = 0;
      for (let cursor: string | null = ""; cursor !== null; ) {
        const query: { limit: number; cursor?: string } = { limit: PAGE };
        if (cursor !== "") query.cursor = cursor;
        const { body, etag } = await withHeaders(listSegments({ path, query }));
        // The oldest version stands: what is saved on top of it cannot overwrite a newer segment.
        if (cursor === "") version = Number(etag.replace(/^W\//, "").replaceAll('"', ""));
        segments.push(...body.items);
        cursor = body.next_cursor;
      }
      return { segments, version };
    },
  });

/** Everything an environment evaluates at a moment, in one answer. */
export const documentQuery = (project: string, moment: Moment) =>
  queryOptions({
    queryKey: [project, "document", written(moment)],
    queryFn: () => {
      const path = { project, environment: moment.environment };
      return answered(exportDocument({ path, query: asked(moment) }));
    },
  });
