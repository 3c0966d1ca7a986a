"use client";

import { type ReactNode, useId, useRef, useState } from "react";

/**
 * Explains its child on hover and focus; Escape closes it. The child must be focusable. Fixed to the window, so
 * that a scrolling table does not cut it off.
 */
export function Tip({ text, children }: { text: ReactNode; children: (describedBy: string) => ReactNode }) {
  const id = useId();
  const anchor = useRef<HTMLSpanElement>(null);
  const [at, setAt] = useState<{ right: number; top: number } | null>(null);
  const show = () => {
    const box = anchor.current?.getBoundingClientRect();
    if (box !== undefined)
      setAt({ right: Math.max(8, document.documentElement.clientWidth - box.right), top: box.bottom + 6 });
  };
  const hide = () => setAt(null);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only listens to what happens on its child
    <span
      ref={anchor}
      className="inline-flex"
      onMouseEnter={show}
      onMouseLeave={hide}
      onFocus={show}
      onBlur={hide}
      onKeyDown={(event) => event.key === "Escape" && hide()}
    >
      {children(id)}
      <span
        id={id}
        role="tooltip"
        hidden={at === null}
        style={at ?? undefined}
        className="fixed z-50 max-w-80 whitespace-normal rounded-md bg-ink px-2.5 py-1.5 text-left text-canvas text-xs shadow-lg"
      >
        {text}
      </span>
    </span>
  );
}
