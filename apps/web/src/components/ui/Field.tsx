import { type ComponentProps, type ReactNode, useId } from "react";
import { cn } from "@/lib/cn";

export const inputClass =
  "h-8 w-full rounded-md border border-line-strong bg-surface px-2.5 text-[0.8125rem] text-ink placeholder:text-ink-3 aria-invalid:border-harm";

/** A labelled input with its hint and its problem, tied together for screen readers. */
export function Field({
  label,
  hint,
  problem,
  className,
  ...input
}: ComponentProps<"input"> & { label: string; hint?: ReactNode; problem?: string | undefined }) {
  const id = useId();
  const describedBy = [
    hint === undefined ? null : `${id}-hint`,
    problem === undefined ? null : `${id}-problem`,
  ]
    .filter((each) => each !== null)
    .join(" ");
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1 block font-medium">
        {label}
      </label>
      <input
        id={id}
        className={cn(inputClass, input.type === "email" || input.type === "password" ? "h-9" : "")}
        {...(describedBy === "" ? {} : { "aria-describedby": describedBy })}
        {...(problem === undefined ? {} : { "aria-invalid": true as const })}
        {...input}
      />
      {hint !== undefined && (
        <p id={`${id}-hint`} className="mt-1 text-ink-3 text-xs">
          {hint}
        </p>
      )}
      {problem !== undefined && (
        <p id={`${id}-problem`} className="mt-1 text-harm text-xs">
          {problem}
        </p>
      )}
    </div>
  );
}

export function Select({
  label,
  className,
  children,
  ...select
}: ComponentProps<"select"> & { label: string }) {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1 block font-medium">
        {label}
      </label>
      <select id={id} className={cn(inputClass, "pr-7")} {...select}>
        {children}
      </select>
    </div>
  );
}
