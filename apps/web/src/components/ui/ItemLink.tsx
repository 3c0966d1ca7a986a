"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import { useWorkspace } from "@/modules/shell/session";

/** Leads from an item, wherever it is shown, to its page. */
export function ItemLink({
  itemId,
  children,
  className = "link",
}: {
  itemId: string;
  children: ReactNode;
  className?: string;
}) {
  const { href } = useWorkspace();
  return (
    <Link className={className} href={href(`/catalog/${encodeURIComponent(itemId)}`)}>
      {children}
    </Link>
  );
}
