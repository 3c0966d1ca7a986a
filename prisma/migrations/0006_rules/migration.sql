-- CreateTable
CREATE TABLE "RuleRevision" (
    "workspaceId" TEXT NOT NULL,
    "ruleId" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "definition" JSONB NOT NULL,
    "isEnabled" BOOLEAN NOT NULL,
    "isDeleted" BOOLEAN NOT NULL DEFAULT false,
    "reason" TEXT NOT NULL DEFAULT '',
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "RuleRevision_pkey" PRIMARY KEY ("workspaceId","ruleId","revision")
);

-- CreateIndex
CREATE INDEX "RuleRevision_workspaceId_createdAt_idx" ON "RuleRevision"("workspaceId", "createdAt");

-- AddForeignKey
ALTER TABLE "RuleRevision" ADD CONSTRAINT "RuleRevision_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;
