"use client";

import type { Permission } from "@shortlist/contracts";
import type { ComponentProps } from "react";
import { Button } from "@/components/ui/Button";
import { Tip } from "@/components/ui/Tip";
import { useSession } from "@/modules/shell/session";

/**
 * A button for those who may. For others it stays, disabled but focusable, and says which roles may use it.
 */
export function GuardedButton({
  permission,
  onClick,
  disabled,
  ...props
}: ComponentProps<typeof Button> & { permission: Permission }) {
  const { allowed, roles } = useSession().can[permission];
  if (allowed) return <Button {...props} onClick={onClick} disabled={disabled} />;
  return (
    <Tip text={`For ${roles}`}>
      {(describedBy) => (
        <Button
          {...props}
          type="button"
          aria-disabled="true"
          aria-describedby={describedBy}
          onClick={(event) => event.preventDefault()}
        />
      )}
    </Tip>
  );
}
