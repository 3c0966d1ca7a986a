/** A note about something that ended in the background. The library loads with the first one. */
export async function notify(kind: "success" | "error", text: string): Promise<void> {
  const { toast } = await import("sonner");
  toast[kind](text);
}
