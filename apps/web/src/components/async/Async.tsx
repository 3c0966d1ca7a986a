"use client";

import type { ReactNode } from "react";
import { problemOf } from "@/lib/problem";
import { Failed, Forbidden, NotFound, Skeleton, Stale } from "./States";

/** What `Async` needs of a query; any TanStack query fits. */
export interface QueryLike<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly isFetching: boolean;
  readonly dataUpdatedAt: number;
  readonly refetch: () => unknown;
}

/**
 * The states of everything that is loaded, in one place: loading, forbidden, not found, failed, and stale (the
 * last good data with its age, when the newest attempt failed). Empty, filtered out and too little data depend on
 * the data itself and are said by the page, with the states of `States`.
 */
export function Async<T>({
  query,
  rows = 4,
  children,
}: {
  query: QueryLike<T>;
  /** Rows of the skeleton: about as many as will come, so that nothing jumps. */
  rows?: number;
  children: (data: T) => ReactNode;
}) {
  const { data, error } = query;
  if (data !== undefined)
    return (
      <>
        {error !== null && (
          <Stale since={query.dataUpdatedAt} problem={problemOf(error)} onRetry={query.refetch} />
        )}
        {children(data)}
      </>
    );
  if (error === null) return <Skeleton rows={rows} />;
  const problem = problemOf(error);
  if (problem.code === "forbidden") return <Forbidden problem={problem} />;
  if (problem.code === "not_found") return <NotFound problem={problem} />;
  return <Failed problem={problem} isRetrying={query.isFetching} onRetry={query.refetch} />;
}
