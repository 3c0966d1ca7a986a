"use client";

import { ChevronsUpDown } from "lucide-react";
import { useSession } from "../session";
import { LazyMenu } from "./LazyMenu";

const load = () => import("./WorkspaceMenu").then((m) => m.WorkspaceMenu);

export function WorkspaceSwitcher() {
  const { workspace } = useSession();
  return (
    <LazyMenu
      load={load}
      extra={{}}
      triggerLabel={`Workspace ${workspace.name}, switch`}
      triggerClass="flex h-9 min-w-0 items-center gap-2 rounded-md px-1.5 text-left hover:bg-sunken"
      trigger={
        <>
          <svg viewBox="0 0 32 32" className="size-6 shrink-0" aria-hidden="true">
            <rect width="32" height="32" rx="7" className="fill-accent" />
            <path
              className="stroke-on-accent"
              strokeWidth="3.2"
              strokeLinecap="round"
              d="M8 10h16M8 16h11M8 22h6"
            />
          </svg>
          <span className="min-w-0 flex-1 truncate font-semibold">{workspace.name}</span>
          <ChevronsUpDown className="size-3.5 shrink-0 text-ink-3" aria-hidden="true" />
        </>
      }
    />
  );
}
