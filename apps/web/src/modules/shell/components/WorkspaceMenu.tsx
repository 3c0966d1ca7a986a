"use client";

import { Check } from "lucide-react";
import { useRouter } from "next/navigation";
import { DropdownMenu } from "radix-ui";
import { rememberWorkspace } from "../lastWorkspace";
import { useSession } from "../session";
import type { MenuProps } from "./LazyMenu";
import { menuItem, menuPanel } from "./menuStyle";

/** Opens at once: it is loaded by the click that asks for it. */
export function WorkspaceMenu({ trigger, triggerLabel, triggerClass }: MenuProps) {
  const router = useRouter();
  const { workspace, workspaces } = useSession();
  return (
    <DropdownMenu.Root defaultOpen>
      <DropdownMenu.Trigger aria-label={triggerLabel} className={triggerClass}>
        {trigger}
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
