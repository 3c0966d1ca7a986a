export function Face({ name }: { name: string }) {
  return (
    <span
      aria-hidden="true"
      className="inline-flex size-9 shrink-0 items-center justify-center rounded-full bg-accent-soft font-semibold text-accent-ink text-sm"
    >
      {name[0]?.toUpperCase() ?? "?"}
    </span>
  );
}
