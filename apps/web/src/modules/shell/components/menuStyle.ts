export const menuPanel =
  "z-50 min-w-52 rounded-md border border-line bg-surface p-1 text-[0.8125rem] text-ink shadow-xl";
export const menuItem =
  "flex h-8 w-full cursor-pointer items-center gap-2 rounded px-2 outline-none data-[highlighted]:bg-sunken";
