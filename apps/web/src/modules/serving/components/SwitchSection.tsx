"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Async } from "@/components/async/Async";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { Section } from "@/components/ui/Section";
import { StateWord } from "@/components/ui/StateWord";
import { hiddenHead, TableHead } from "@/components/ui/TableHead";
import { Time } from "@/components/ui/Time";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { type SwitchTarget, switchVerdict, targetLabel } from "../presenters/switchView";

const SwitchDialog = dynamic(() => import("./SwitchDialog").then((m) => m.SwitchDialog), { ssr: false });
/** Another person's switch must show without a reload. */
const REFRESH_MS = 5_000;
/** What on-call can switch off or down without a release, for each surface and for all. */
export function SwitchSection() {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const switches = useQuery({
    ...trpc.switches.get.queryOptions({ workspace }),
    refetchInterval: REFRESH_MS,
  });
  const [open, setOpen] = useState<SwitchTarget | null>(null);
  return (
    <Section
      title="Switches"
      verdict={switches.data === undefined ? undefined : switchVerdict(switches.data.targets)}
    >
      <Async query={switches} rows={6}>
        {({ targets }) => (
          <ScrollRegion label="Switches">
            <table className="w-full whitespace-nowrap">
              <TableHead heads={["Surface", "State", "Since", "By", "Why", hiddenHead("Action")]} />
              <tbody>
                {targets.map((row) => (
                  <tr key={row.target} className="border-line border-b">
                    <th scope="row" className="h-9 pr-6 text-left font-medium">
                      {targetLabel(row.target)}
                    </th>
                    <td className="pr-6">
                      {row.isThrown ? (
                        <StateWord tone="warn">{row.says}</StateWord>
                      ) : (
                        <StateWord tone="pass">everything on</StateWord>
                      )}
                    </td>
                    <td className="pr-6">{row.since === null ? "–" : <Time at={row.since} />}</td>
                    <td className="pr-6">{row.by ?? "–"}</td>
                    <td className="max-w-64 truncate pr-6 text-ink-2" title={row.reason}>
                      {row.reason === "" ? "–" : row.reason}
                    </td>
                    <td className="text-right">
                      <GuardedButton
                        permission="switch:throw"
                        variant="quiet"
                        aria-label={`Change switches of ${targetLabel(row.target).toLowerCase()}`}
                        onClick={() => setOpen(row)}
                      >
                        Change
                      </GuardedButton>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollRegion>
        )}
      </Async>
      {open !== null && <SwitchDialog row={open} onClose={() => setOpen(null)} />}
    </Section>
  );
}
