-- CreateTable
CREATE TABLE "SwitchChange" (
    "id" TEXT NOT NULL,
    "workspaceId" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "switches" JSONB NOT NULL,
    "reason" TEXT NOT NULL DEFAULT '',
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SwitchChange_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "SwitchChange_workspaceId_target_createdAt_idx" ON "SwitchChange"("workspaceId", "target", "createdAt");

-- AddForeignKey
ALTER TABLE "SwitchChange" ADD CONSTRAINT "SwitchChange_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;
