-- CreateTable
CREATE TABLE "TrainingSet" (
    "id" TEXT NOT NULL,
    "workspaceId" TEXT NOT NULL,
    "jobId" TEXT,
    "contentHash" TEXT NOT NULL,
    "manifest" JSONB NOT NULL,
    "rowsSha256" TEXT NOT NULL,
    "rowsBytes" BIGINT NOT NULL,
    "writeLagSource" TEXT NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "TrainingSet_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "TrainingSet_workspaceId_createdAt_idx" ON "TrainingSet"("workspaceId", "createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "TrainingSet_workspaceId_contentHash_key" ON "TrainingSet"("workspaceId", "contentHash");

-- AddForeignKey
ALTER TABLE "TrainingSet" ADD CONSTRAINT "TrainingSet_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;
