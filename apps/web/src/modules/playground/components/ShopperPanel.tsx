"use client";

import { Popover } from "radix-ui";
import { useState } from "react";
import { inputClass } from "@/components/ui/Field";
import type { MenuProps } from "@/modules/shell/components/LazyMenu";
import { type NamedShopper, toUserKey, toVisitorKey } from "../presenters/shopper";
import { Face } from "./Face";

const row = "flex w-full items-center gap-3 rounded px-2 py-1.5 text-left hover:bg-sunken";
/** As many as one can look through; the field narrows them down. */
const SHOWN_MAX = 60;

/** Opens at once: it is loaded by the click that asks for it. */
export function ShopperPanel({
  trigger,
  triggerLabel,
  triggerClass,
  named,
  onPick,
}: MenuProps & {
  named: readonly NamedShopper[];
  onPick: (key: string) => void;
}) {
  const [open, setOpen] = useState(true);
  const [filter, setFilter] = useState("");
  const wanted = filter.trim().toLowerCase();
  const found = named
    .filter(({ name, taste }) => `${name} ${taste}`.toLowerCase().includes(wanted))
    .slice(0, SHOWN_MAX);
  const pick = (key: string) => {
    setOpen(false);
    setFilter("");
    onPick(key);
  };
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger aria-label={triggerLabel} className={triggerClass}>
        {trigger}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          aria-label="Choose a shopper"
          align="start"
          sideOffset={4}
          collisionPadding={12}
          className="z-50 w-80 rounded-md border border-line bg-surface p-2 shadow-xl"
        >
          <input
            aria-label="Name, taste or user id"
            placeholder="Name, taste or user id"
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
            className={inputClass}
          />
          <ul className="mt-1 max-h-80 overflow-auto">
            <li>
              <button
                type="button"
                className={row}
                onClick={() => pick(toVisitorKey(`visitor-${crypto.randomUUID().slice(0, 8)}`))}
              >
                <Face name="?" />
                <span>
                  <span className="block font-medium">New anonymous visitor</span>
                  <span className="block text-ink-3 text-xs">never seen before</span>
                </span>
              </button>
            </li>
            {found.map(({ userId, name, taste }) => (
              <li key={userId}>
                <button type="button" className={row} onClick={() => pick(toUserKey(userId))}>
                  <Face name={name} />
                  <span className="min-w-0">
                    <span className="block truncate font-medium">{name}</span>
                    <span className="block truncate text-ink-3 text-xs">{taste}</span>
                  </span>
                </button>
              </li>
            ))}
            {wanted !== "" && (
              <li>
                <button type="button" className={row} onClick={() => pick(toUserKey(filter.trim()))}>
                  Shop as user id <code className="truncate font-mono text-xs">{filter.trim()}</code>
                </button>
              </li>
            )}
          </ul>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
