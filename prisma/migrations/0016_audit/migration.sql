-- CreateTable
CREATE TABLE "AuditNote" (
    "id" TEXT NOT NULL,
    "workspaceId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "what" TEXT NOT NULL,
    "reason" TEXT NOT NULL DEFAULT '',
    "path" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "AuditNote_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "AuditNote_workspaceId_createdAt_idx" ON "AuditNote"("workspaceId", "createdAt");

-- AddForeignKey
ALTER TABLE "AuditNote" ADD CONSTRAINT "AuditNote_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;
