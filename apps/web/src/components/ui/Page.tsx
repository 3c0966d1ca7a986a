import type { ReactNode } from "react";

/** Heading of a page: its title, the sentence that answers its question, its primary actions. */
export function Page({
  title,
  verdict,
  actions,
  children,
}: {
  title: ReactNode;
  verdict?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className="mx-auto max-w-[90rem] px-4 py-6 md:px-8">
      <div className="mb-6 flex flex-wrap items-start justify-between gap-x-8 gap-y-3">
        <div className="min-w-64 flex-1">
          <h1 className="break-words font-semibold text-xl tracking-tight">{title}</h1>
          {verdict !== undefined && <p className="mt-1 max-w-3xl text-ink-2 text-sm leading-6">{verdict}</p>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {children}
    </div>
  );
}
