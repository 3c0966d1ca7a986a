"use client";

import { useEffect } from "react";
import { Toaster } from "sonner";
import { markNotesReady } from "@/lib/notify";

export function Toasts() {
  // After the toaster's own effect, which makes it listen.
  useEffect(markNotesReady, []);
  return <Toaster position="bottom-right" theme="system" />;
}
