"use client";

import type { Role } from "@shortlist/contracts";
import { LogOut, Monitor, Moon, Sun } from "lucide-react";
import { useTheme } from "next-themes";
import { DropdownMenu } from "radix-ui";
import { useSession } from "../session";
import { menuItem, menuPanel } from "./menuStyle";

export const ROLE_NAMES: Record<Role, string> = {
  viewer: "Viewer",
  product_manager: "Product manager",
  ml_engineer: "ML engineer",
  admin: "Admin",
};

const THEMES = [
  { value: "light", label: "Light", icon: Sun },
  { value: "dark", label: "Dark", icon: Moon },
  { value: "system", label: "As the system", icon: Monitor },
] as const;

export function UserMenu({ onHelp }: { onHelp: () => void }) {
  const { user, role } = useSession();
  const { theme, setTheme } = useTheme();
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger
        aria-label={`${user.name}, ${ROLE_NAMES[role]}: account, theme, sign out`}
        className="flex w-full items-center gap-2 rounded-md px-2 py-1.5 text-left hover:bg-sunken"
      >
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
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="start" side="top" sideOffset={4} className={menuPanel}>
          <DropdownMenu.Label className="px-2 py-1 text-ink-3 text-xs">{user.email}</DropdownMenu.Label>
          <DropdownMenu.RadioGroup value={theme ?? "system"} onValueChange={setTheme}>
            {THEMES.map(({ value, label, icon: Icon }) => (
              <DropdownMenu.RadioItem key={value} value={value} className={menuItem}>
                <Icon className="size-4 text-ink-3" aria-hidden="true" />
                <span className="flex-1">{label}</span>
                <DropdownMenu.ItemIndicator>✓</DropdownMenu.ItemIndicator>
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
          <DropdownMenu.Separator className="my-1 h-px bg-line" />
          <DropdownMenu.Item className={menuItem} onSelect={onHelp}>
            <span className="flex-1">Keyboard shortcuts</span>
            <kbd className="font-mono text-ink-3 text-xs">?</kbd>
          </DropdownMenu.Item>
          <DropdownMenu.Item className={menuItem} onSelect={() => void signOut()}>
            <LogOut className="size-4 text-ink-3" aria-hidden="true" />
            Sign out
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

async function signOut(): Promise<void> {
  const { authClient } = await import("@/lib/authClient");
  await authClient.signOut();
  // A full load: nothing of the old session stays in memory.
  window.location.assign("/login");
}

function initials(name: string): string {
  return name
    .split(/\s+/)
    .slice(0, 2)
    .map((part) => part[0]?.toUpperCase() ?? "")
    .join("");
}
