"use client";

import type { Role } from "@shortlist/contracts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { Button } from "@/components/ui/Button";
import { Dialog } from "@/components/ui/Dialog";
import { Field, Select } from "@/components/ui/Field";
import { notify } from "@/lib/notify";
import { problemText } from "@/lib/problem";
import { useTRPC } from "@/lib/trpc/client";
import { ROLE_NAMES, ROLES } from "@/modules/shell/roles";
import { useWorkspace } from "@/modules/shell/session";

export function AddMemberDialog({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const { slug: workspace } = useWorkspace();
  const add = useMutation(
    trpc.members.create.mutationOptions({
      onSuccess: async ({ createdAccount }, { email }) => {
        await client.invalidateQueries({ queryKey: trpc.members.pathKey() });
        void notify(
          "success",
          createdAccount ? `${email} can sign in now` : `${email} had an account and keeps its password`,
        );
        onClose();
      },
    }),
  );

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name)).trim();
    add.mutate({
      workspace,
      name: text("name"),
      email: text("email"),
      password: String(form.get("password")),
      role: text("role") as Role,
    });
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Add a member"
      description="They can sign in at once. Tell them the password yourself: no mail is sent."
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field label="Name" name="name" required maxLength={120} autoComplete="off" />
        <Field label="Email" name="email" type="email" required maxLength={254} autoComplete="off" />
        <Field
          label="Password"
          name="password"
          type="password"
          required
          minLength={8}
          maxLength={128}
          autoComplete="new-password"
          hint="At least 8 characters."
        />
        <Select label="Role" name="role" defaultValue="viewer">
          {ROLES.map((role) => (
            <option key={role} value={role}>
              {ROLE_NAMES[role]}
            </option>
          ))}
        </Select>
        {add.error !== null && (
          <p role="alert" className="text-harm">
            {problemText(add.error)}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" disabled={add.isPending}>
            Add member
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
