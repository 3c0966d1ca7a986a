"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Async } from "@/components/async/Async";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { inputClass } from "@/components/ui/Field";
import { Page } from "@/components/ui/Page";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { TableHead } from "@/components/ui/TableHead";
import { Time } from "@/components/ui/Time";
import { Tip } from "@/components/ui/Tip";
import { notify } from "@/lib/notify";
import { problemText } from "@/lib/problem";
import { type ApiOutputs, useTRPC } from "@/lib/trpc/client";
import { ROLE_NAMES, ROLES } from "@/modules/shell/roles";
import { useSession, useWorkspace } from "@/modules/shell/session";

const AddMemberDialog = dynamic(
  () => import("../components/AddMemberDialog").then((m) => m.AddMemberDialog),
  { ssr: false },
);

type Member = ApiOutputs["members"]["list"][number];

export function MembersPage() {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const members = useQuery(trpc.members.list.queryOptions({ workspace }));
  const [isAdding, setAdding] = useState(false);
  const admins = members.data?.filter(({ role }) => role === "admin").length ?? 0;
  return (
    <Page
      title="Members"
      verdict={
        members.data === undefined
          ? undefined
          : `${members.data.length} ${members.data.length === 1 ? "person works" : "people work"} here, ${admins} of them admin.`
      }
      actions={
        <GuardedButton permission="member:manage" variant="primary" onClick={() => setAdding(true)}>
          Add member
        </GuardedButton>
      }
    >
      <Async query={members} rows={4}>
        {(all) => (
          <ScrollRegion label="Members">
            <table className="w-full">
              <TableHead heads={["Name", "Email", "Role", "Since"]} />
              <tbody>
                {all.map((member) => (
                  <tr key={member.userId} className="border-line border-b">
                    <th scope="row" className="h-10 whitespace-nowrap pr-6 text-left font-medium">
                      {member.name}
                    </th>
                    <td className="pr-6">{member.email}</td>
                    <td className="pr-6">
                      <RoleSelect member={member} />
                    </td>
                    <td className="whitespace-nowrap">
                      <Time at={member.since} className="text-ink-2" />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollRegion>
        )}
      </Async>
      {isAdding && <AddMemberDialog onClose={() => setAdding(false)} />}
    </Page>
  );
}

function RoleSelect({ member }: { member: Member }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const { slug: workspace } = useWorkspace();
  const { allowed, roles } = useSession().can["member:manage"];
  const change = useMutation(
    trpc.members.changeRole.mutationOptions({
      onSettled: () => client.invalidateQueries({ queryKey: trpc.members.pathKey() }),
      onError: (error) => notify("error", problemText(error)),
    }),
  );
  if (!allowed)
    return (
      <Tip text={`For ${roles}`}>
        {(describedBy) => (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it explains on focus why there is no control
          <span tabIndex={0} aria-describedby={describedBy}>
            {ROLE_NAMES[member.role]}
          </span>
        )}
      </Tip>
    );
  return (
    <select
      aria-label={`Role of ${member.name}`}
      className={`${inputClass} w-44`}
      value={member.role}
      disabled={change.isPending}
      onChange={(event) =>
        change.mutate({ workspace, userId: member.userId, role: event.target.value as Member["role"] })
      }
    >
      {ROLES.map((role) => (
        <option key={role} value={role}>
          {ROLE_NAMES[role]}
        </option>
      ))}
    </select>
  );
}
