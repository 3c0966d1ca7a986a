"use client";

import dynamic from "next/dynamic";

/** A dialog. Its window comes with the first one that is opened: most visits open none. */
export const Dialog = dynamic(() => import("./DialogWindow").then((m) => m.DialogWindow), { ssr: false });
