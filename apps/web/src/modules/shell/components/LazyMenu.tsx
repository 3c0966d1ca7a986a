"use client";

import type { ComponentType, ReactNode } from "react";
import { useState } from "react";

export interface MenuProps {
  readonly trigger: ReactNode;
  readonly triggerLabel: string;
  readonly triggerClass: string;
}

/**
 * A menu button whose menu is loaded when a pointer or the focus comes near, and opens with the first click. Menus
 * are rarely opened and weigh as much as the rest of the frame.
 */
export function LazyMenu<Extra extends object>({
  load,
  kind = "menu",
  extra,
  ...props
}: MenuProps & {
  load: () => Promise<ComponentType<MenuProps & Extra>>;
  /** What opens: a menu of commands, or a small dialog. */
  kind?: "menu" | "dialog";
  /** What the loaded part needs beside its trigger. */
  extra: Extra;
}) {
  const [Menu, setMenu] = useState<ComponentType<MenuProps & Extra> | null>(null);
  if (Menu !== null) return <Menu {...props} {...extra} />;
  const preload = () => void load();
  return (
    <button
      type="button"
      aria-haspopup={kind}
      aria-expanded={false}
      aria-label={props.triggerLabel}
      className={props.triggerClass}
      onPointerEnter={preload}
      onFocus={preload}
      onClick={() => void load().then((loaded) => setMenu(() => loaded))}
    >
      {props.trigger}
    </button>
  );
}
