"use client";

import { useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { useRouter } from "next/navigation";
import { useTRPC } from "@/lib/trpc/client";
import { DESTINATIONS } from "../navigation";
import { useWorkspace } from "../session";

const item = "flex h-9 cursor-pointer items-center gap-3 rounded px-2 data-[selected=true]:bg-sunken";
const group =
  "[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-ink-3";

/** Finds pages, models and recent requests, and opens a pasted request id. */
export function Palette({ onClose }: { onClose: () => void }) {
  const router = useRouter();
  const trpc = useTRPC();
  const { slug, href } = useWorkspace();
  const models = useQuery(trpc.models.list.queryOptions({ workspace: slug }));
  const requests = useQuery(trpc.explain.recent.queryOptions({ workspace: slug, limit: 20 }));
  const open = (path: string) => {
    onClose();
    router.push(href(path));
  };
  return (
    <Command.Dialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      label="Find a page, model or request"
      overlayClassName="fixed inset-0 z-40 bg-black/40"
      contentClassName="fixed top-[12vh] left-1/2 z-50 w-[min(36rem,calc(100vw-2rem))] -translate-x-1/2 overflow-hidden rounded-lg border border-line bg-surface shadow-2xl"
    >
      <Command.Input
        placeholder="Page, model or request id"
        className="h-12 w-full border-line border-b bg-transparent px-4 text-sm outline-none placeholder:text-ink-3"
      />
      <Command.List className="max-h-[50vh] overflow-auto p-1.5">
        <Command.Empty className="px-3 py-6 text-center text-ink-2">Nothing by that name</Command.Empty>
        <Command.Group heading="Pages" className={group}>
          {DESTINATIONS.map(({ path, label, icon: Icon, key }) => (
            <Command.Item key={path} value={`page ${label}`} onSelect={() => open(path)} className={item}>
              <Icon className="size-4 text-ink-3" aria-hidden="true" />
              <span className="flex-1">{label}</span>
              <kbd className="font-mono text-ink-3 text-xs">G {key.toUpperCase()}</kbd>
            </Command.Item>
          ))}
        </Command.Group>
        {models.data !== undefined && models.data.length > 0 && (
          <Command.Group heading="Models" className={group}>
            {models.data.map((model) => (
              <Command.Item
                key={model.name}
                value={`model ${model.name}`}
                onSelect={() => open(`/models/${model.name}`)}
                className={item}
              >
                <code className="flex-1 font-mono text-xs">{model.name}</code>
                <span className="text-ink-3 text-xs">{model.kind}</span>
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {requests.data !== undefined && requests.data.length > 0 && (
          <Command.Group heading="Recent requests" className={group}>
            {requests.data.map((request) => (
              <Command.Item
                key={request.requestId}
                value={`request ${request.requestId} ${request.surface}`}
                onSelect={() => open(`/explain/${request.requestId}`)}
                className={item}
              >
                <code className="flex-1 truncate font-mono text-xs">{request.requestId}</code>
                <span className="text-ink-3 text-xs">{request.surface}</span>
              </Command.Item>
            ))}
          </Command.Group>
        )}
      </Command.List>
    </Command.Dialog>
  );
}
