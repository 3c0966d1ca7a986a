"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Async } from "@/components/async/Async";
import { Empty } from "@/components/async/States";
import { buttonClass } from "@/components/ui/Button";
import { Page } from "@/components/ui/Page";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { Section } from "@/components/ui/Section";
import { TableHead } from "@/components/ui/TableHead";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { AliasPolicyForm } from "../components/AliasPolicyForm";
import { policyRows } from "../presenters/aliasPolicy";

/** Who may move which alias, where the names are in use, and changing the one. */
export function AliasPolicyPage() {
  const trpc = useTRPC();
  const { slug: workspace, href } = useWorkspace();
  const query = useQuery(trpc.models.aliasPolicy.queryOptions({ workspace }));
  return (
    <Page
      title="Aliases"
      verdict={
        query.data === undefined
          ? undefined
          : query.data.policy.protected.length === 0
            ? "No alias is protected: who may register models moves every one at once."
            : `${query.data.policy.protected.join(", ")}: a move takes a reason and ${query.data.policy.secondPerson ? "two people" : "an admin"}. The same for all models.`
      }
      actions={
        <Link className={buttonClass()} href={href("/audit?kind=alias")}>
          Who changed this
        </Link>
      }
    >
      <Async query={query} rows={6}>
        {({ policy, inUse, nWaiting }) => (
          <>
            <Section title="Who may move them">
              <ScrollRegion label="Who may move aliases">
                <table className="w-full">
                  <TableHead heads={["Alias", "Viewer, product manager", "ML engineer", "Admin"]} />
                  <tbody>
                    {policyRows(policy).map(({ name, engineer, admin }) => (
                      <tr key={name} className="border-line border-b">
                        <th scope="row" className="h-8 whitespace-nowrap pr-6 text-left font-medium">
                          {name}
                        </th>
                        <td className="whitespace-nowrap pr-6 text-ink-3">sees its moves</td>
                        <td className="whitespace-nowrap pr-6">{engineer}</td>
                        <td className="whitespace-nowrap">{admin}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </ScrollRegion>
              {nWaiting > 0 && (
                <p className="mt-3 text-ink-2">
                  {nWaiting} {nWaiting === 1 ? "move waits" : "moves wait"} for a second person, whatever is
                  changed here:{" "}
                  <Link className="link" href={href("/approvals")}>
                    Approvals
                  </Link>
                </p>
              )}
            </Section>
            <Section title="Change it" verdict="It is in force with the next move. Every change is audited.">
              {/* Begun anew when somebody's change arrives. */}
              <AliasPolicyForm key={JSON.stringify(policy)} policy={policy} inUse={inUse} />
            </Section>
            <Section title="In use">
              {inUse.length === 0 ? (
                <Empty
                  title="No version has a name yet"
                  command={`npx shortlist model alias champion ranker@1 --workspace ${workspace} --reason "the first"`}
                />
              ) : (
                <ScrollRegion label="Aliases in use">
                  <table>
                    <TableHead heads={["Alias", { label: "Models", align: "right" }]} />
                    <tbody>
                      {inUse.map(({ alias, nModels }) => (
                        <tr key={alias} className="border-line border-b">
                          <td className="h-8 pr-6">
                            <Link
                              className="link font-mono text-xs"
                              href={href(`/models?alias=${encodeURIComponent(alias)}`)}
                            >
                              {alias}
                            </Link>
                          </td>
                          <td className="text-right">{nModels}</td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </ScrollRegion>
              )}
            </Section>
          </>
        )}
      </Async>
    </Page>
  );
}
