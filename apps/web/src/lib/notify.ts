/** Where the frame learns that there is something to show. */
const FIRST_NOTE = "shortlist:first-note";

let markReady: () => void = () => undefined;
const ready = new Promise<void>((resolve) => {
  markReady = resolve;
});

/** A note about something that ended in the background. The library and its corner load with the first one. */
export async function notify(kind: "success" | "error", text: string): Promise<void> {
  window.dispatchEvent(new Event(FIRST_NOTE));
  const [{ toast }] = await Promise.all([import("sonner"), ready]);
  toast[kind](text);
}

export function onFirstNote(mount: () => void): () => void {
  window.addEventListener(FIRST_NOTE, mount, { once: true });
  return () => window.removeEventListener(FIRST_NOTE, mount);
}

/** Called once the corner listens: notes sent before would be lost. */
export function markNotesReady(): void {
  markReady();
}
