"use client";

import { Check, ChevronsUpDown } from "lucide-react";
import { useRouter } from "next/navigation";
import { DropdownMenu } from "radix-ui";
import { rememberWorkspace } from "../lastWorkspace";
import { useSession } from "../session";
import { menuItem, menuPanel } from "./menuStyle";

export function WorkspaceSwitcher() {
  const router = useRouter();
  const { workspace, workspaces } = useSession();
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger
        aria-label={`Workspace ${workspace.name}, switch`}
        className="flex h-9 min-w-0 items-center gap-2 rounded-md px-1.5 text-left hover:bg-sunken"
      >
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
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="start" sideOffset={4} className={menuPanel}>
          <DropdownMenu.Label className="px-2 py-1 text-ink-3 text-xs">Workspaces</DropdownMenu.Label>
          {workspaces.map(({ slug, name }) => (
            <DropdownMenu.Item
              key={slug}
              className={menuItem}
              onSelect={() => {
                rememberWorkspace(slug);
                router.push(`/w/${slug}`);
              }}
            >
              <span className="flex-1">{name}</span>
              <code className="font-mono text-ink-3 text-xs">{slug}</code>
              <Check
                className={slug === workspace.slug ? "size-3.5" : "invisible size-3.5"}
                aria-hidden="true"
              />
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
