"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Async } from "@/components/async/Async";
import { Empty } from "@/components/async/States";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { Mono } from "@/components/ui/Mono";
import { Page } from "@/components/ui/Page";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { StateWord } from "@/components/ui/StateWord";
import { hiddenHead, TableHead } from "@/components/ui/TableHead";
import { Time } from "@/components/ui/Time";
import { type ApiOutputs, useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";

const CreateKeyDialog = dynamic(
  () => import("../components/CreateKeyDialog").then((m) => m.CreateKeyDialog),
  { ssr: false },
);
const RevokeKeyDialog = dynamic(
  () => import("../components/RevokeKeyDialog").then((m) => m.RevokeKeyDialog),
  { ssr: false },
);

export type ApiKey = ApiOutputs["keys"]["list"][number];

export function KeysPage({ servingUrl }: { servingUrl: string }) {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const keys = useQuery(trpc.keys.list.queryOptions({ workspace }));
  const [dialog, setDialog] = useState<"create" | ApiKey | null>(null);
  const active = keys.data?.filter(({ revokedAt }) => revokedAt === null).length;
  return (
    <Page
      title="API keys"
      verdict={
        active === undefined
          ? undefined
          : `${active} ${active === 1 ? "key is" : "keys are"} accepted by serving. Only a hash of each is stored.`
      }
      actions={
        <GuardedButton permission="key:manage" variant="primary" onClick={() => setDialog("create")}>
          Create key
        </GuardedButton>
      }
    >
      <Async query={keys} rows={4}>
        {(all) =>
          all.length === 0 ? (
            <Empty title="No key yet">
              A storefront sends its key with every request. Create one with the scopes recommend and events.
            </Empty>
          ) : (
            <ScrollRegion label="API keys">
              <table className="w-full whitespace-nowrap">
                <TableHead
                  heads={["Name", "Key", "Scopes", "State", "Created", "By", hiddenHead("Action")]}
                />
                <tbody>
                  {all.map((key) => (
                    <tr key={key.id} className="border-line border-b">
                      <th scope="row" className="h-9 pr-6 text-left font-medium">
                        {key.name}
                      </th>
                      <td className="pr-6">
                        <Mono>{`${key.prefix}…`}</Mono>
                      </td>
                      <td className="pr-6">{key.scopes.join(", ")}</td>
                      <td className="pr-6">
                        {key.revokedAt === null ? (
                          <StateWord tone="pass">active</StateWord>
                        ) : (
                          <StateWord tone="none">revoked</StateWord>
                        )}
                        {key.revokedAt !== null && <Time at={key.revokedAt} className="ml-2 text-ink-3" />}
                      </td>
                      <td className="pr-6">
                        <Time at={key.createdAt} className="text-ink-2" />
                      </td>
                      <td className="pr-6 text-ink-2">{key.createdBy}</td>
                      <td className="text-right">
                        {key.revokedAt === null && (
                          <GuardedButton
                            permission="key:manage"
                            className="h-7"
                            aria-label={`Revoke ${key.name}`}
                            onClick={() => setDialog(key)}
                          >
                            Revoke
                          </GuardedButton>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </ScrollRegion>
          )
        }
      </Async>
      {dialog === "create" && <CreateKeyDialog servingUrl={servingUrl} onClose={() => setDialog(null)} />}
      {dialog !== null && dialog !== "create" && (
        <RevokeKeyDialog apiKey={dialog} onClose={() => setDialog(null)} />
      )}
    </Page>
  );
}
