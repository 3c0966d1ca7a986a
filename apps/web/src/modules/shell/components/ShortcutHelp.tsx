"use client";

import { Dialog } from "@/components/ui/Dialog";
import { DESTINATIONS } from "../navigation";

const KEYS: readonly (readonly [string, string])[] = [
  ["⌘ K", "Find a page, model or request"],
  ["?", "This list"],
  ["J / K", "Next / previous row of a table"],
  ["Enter", "Open the row"],
  ["Esc", "Close"],
  ...DESTINATIONS.map(({ key, label }) => [`G ${key.toUpperCase()}`, label] as const),
];

export function ShortcutHelp({ onClose }: { onClose: () => void }) {
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Keyboard shortcuts">
      <dl className="grid gap-x-8 sm:grid-cols-2">
        {KEYS.map(([keys, meaning]) => (
          <div key={keys} className="flex h-8 items-center justify-between gap-4 border-line border-b">
            <dt>{meaning}</dt>
            <dd>
              <kbd className="rounded border border-line bg-sunken px-1.5 py-0.5 font-mono text-xs">
                {keys}
              </kbd>
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
