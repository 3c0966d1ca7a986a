"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { parseAsString, useQueryStates } from "nuqs";
import { Async } from "@/components/async/Async";
import { Empty } from "@/components/async/States";
import { Command } from "@/components/ui/Copy";
import { Page } from "@/components/ui/Page";
import { Section } from "@/components/ui/Section";
import { formatCount } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { RowList } from "../components/RowList";
import {
  type Group,
  type GroupKey,
  isSameGroup,
  originLabel,
  reasonLabel,
  reimportCommand,
} from "../presenters/groupView";

// Below what everybody comes for: it comes when the page stands.
const RepairSection = dynamic(() => import("../components/RepairSection").then((m) => m.RepairSection), {
  ssr: false,
});

/** One group of rows that were set aside: what they look like, and what would mend them. */
export function GroupPage() {
  const trpc = useTRPC();
  const { slug: workspace, href } = useWorkspace();
  const [query] = useQueryStates({
    reason: parseAsString.withDefault(""),
    origin: parseAsString.withDefault(""),
    type: parseAsString,
    app: parseAsString,
  });
  const key: GroupKey = {
    reason: query.reason,
    origin: query.origin,
    eventType: query.type,
    appVersion: query.app,
  };
  const groups = useQuery(trpc.quality.groups.queryOptions({ workspace }));
  const found = groups.data?.find((group) => isSameGroup(group, key));
  return (
    <Page
      title={query.reason === "" ? "Set-aside rows" : `Set aside: ${reasonLabel(query.reason)}`}
      verdict={found === undefined ? undefined : groupVerdict(found)}
    >
      <p className="mb-6">
        <Link className="link" href={`${href("/quality")}#set-aside`}>
          All groups
        </Link>
      </p>
      <Async query={groups} rows={8}>
        {() =>
          found === undefined ? (
            <Empty title="There is no such group">
              Its rows may have left the archive, which keeps them as long as events. Open the list of groups
              for what there is.
            </Empty>
          ) : (
            <>
              {found.repairable > 0 && <RepairSection group={key} />}
              <AtSource group={found} />
              <RowList group={key} />
            </>
          )
        }
      </Async>
    </Page>
  );
}

function groupVerdict(group: Group): string {
  const parts = [
    `${group.meaning}. ${formatCount(group.open)} ${group.open === 1 ? "row waits" : "rows wait"}`,
    group.eventType === null ? null : `of type ${group.eventType}`,
    `from ${originLabel(group.origin)}`,
    group.appVersion === null ? null : `sent by ${group.appVersion}`,
  ].filter((part) => part !== null);
  const released = group.released === 0 ? "" : ` ${formatCount(group.released)} were released.`;
  return `${parts.join(", ")}.${released}`;
}

/** Rows that hold no event: mended where they came from, and brought again. */
function AtSource({ group }: { group: Group }) {
  const { slug: workspace } = useWorkspace();
  const n = group.open - group.repairable;
  if (n === 0) return null;
  const command = reimportCommand(group, workspace);
  return (
    <Section
      title="To be mended at the source"
      verdict={`${formatCount(n)} rows could not be read as events, so no step can mend them.`}
    >
      {command === null ? (
        <p className="text-ink-2">They have to be sent again by whoever wrote them.</p>
      ) : (
        <>
          <p className="mb-2 text-ink-2">
            Correct the file or its mapping and import it again; what was imported before is replaced.
          </p>
          <Command text={command} />
        </>
      )}
    </Section>
  );
}
