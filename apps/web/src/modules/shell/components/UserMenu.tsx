"use client";

import { ROLE_NAMES } from "../roles";
import { useSession } from "../session";
import { LazyMenu } from "./LazyMenu";

const load = () => import("./UserMenuPanel").then((m) => m.UserMenuPanel);

export function UserMenu() {
  const { user, role } = useSession();
  return (
    <LazyMenu
      load={load}
      extra={{}}
      triggerLabel={`${user.name}, ${ROLE_NAMES[role]}: account, theme, sign out`}
      triggerClass="flex w-full items-center gap-2 rounded-md px-2 py-1.5 text-left hover:bg-sunken"
      trigger={
        <>
          <span
            aria-hidden="true"
            className="inline-flex size-7 shrink-0 items-center justify-center rounded-full bg-accent-soft font-semibold text-accent-ink text-xs"
          >
            {initials(user.name)}
          </span>
          <span className="min-w-0 leading-tight">
            <span className="block truncate font-medium">{user.name}</span>
            <span className="block truncate text-ink-3 text-xs">{ROLE_NAMES[role]}</span>
          </span>
        </>
      }
    />
  );
}

function initials(name: string): string {
  return name
    .split(/\s+/)
    .slice(0, 2)
    .map((part) => part[0]?.toUpperCase() ?? "")
    .join("");
}
