"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { DESTINATIONS } from "./navigation";
import { useWorkspace } from "./session";

/** Time in which the letter after `g` counts. */
const CHORD_MS = 1_200;

/** ⌘K, `?` and g-then-letter. Letters typed into a field stay letters. */
export function useShortcuts({ onPalette, onHelp }: { onPalette: () => void; onHelp: () => void }): void {
  const router = useRouter();
  const { href } = useWorkspace();
  const latest = useRef({ onPalette, onHelp, href });
  latest.current = { onPalette, onHelp, href };

  useEffect(() => {
    let chordUntil = 0;
    const onKey = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        latest.current.onPalette();
        return;
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      if (event.key === "?") return latest.current.onHelp();
      if (event.key === "g") {
        chordUntil = Date.now() + CHORD_MS;
        return;
      }
      if (Date.now() > chordUntil) return;
      chordUntil = 0;
      const found = DESTINATIONS.find(({ key }) => key === event.key);
      if (found === undefined) return;
      event.preventDefault();
      router.push(latest.current.href(found.path));
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [router]);
}

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}
