"use client";

import { LogOut, Monitor, Moon, Sun } from "lucide-react";
import { useTheme } from "next-themes";
import { DropdownMenu } from "radix-ui";
import { useSession } from "../session";
import type { MenuProps } from "./LazyMenu";
import { menuItem, menuPanel } from "./menuStyle";

const THEMES = [
  { value: "light", label: "Light", icon: Sun },
  { value: "dark", label: "Dark", icon: Moon },
  { value: "system", label: "As the system", icon: Monitor },
] as const;

/** Opens at once: it is loaded by the click that asks for it. */
export function UserMenuPanel({ trigger, triggerLabel, triggerClass }: MenuProps) {
  const { user } = useSession();
  const { theme, setTheme } = useTheme();
  return (
    <DropdownMenu.Root defaultOpen>
      <DropdownMenu.Trigger aria-label={triggerLabel} className={triggerClass}>
        {trigger}
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
          <DropdownMenu.Item
            className={menuItem}
            onSelect={() => window.dispatchEvent(new KeyboardEvent("keydown", { key: "?" }))}
          >
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
