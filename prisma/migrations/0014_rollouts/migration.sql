-- CreateTable
CREATE TABLE "Rollout" (
    "id" TEXT NOT NULL,
    "workspaceId" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "runningIn" TEXT,
    "candidateReleaseId" TEXT NOT NULL,
    "stableReleaseId" TEXT NOT NULL,
    "plan" JSONB NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "state" JSONB NOT NULL,
    "sequence" INTEGER NOT NULL DEFAULT 0,
    "counted" JSONB,
    "latest" JSONB,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "endedAt" TIMESTAMP(3),

    CONSTRAINT "Rollout_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RolloutDecision" (
    "workspaceId" TEXT NOT NULL,
    "rolloutId" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "at" TIMESTAMP(3) NOT NULL,
    "action" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "isRobot" BOOLEAN NOT NULL,
    "reason" TEXT NOT NULL,
    "before" JSONB,
    "after" JSONB NOT NULL,
    "inputs" JSONB,
    "verdicts" JSONB,
    "judgeVersion" INTEGER NOT NULL,
    "controlRevision" INTEGER NOT NULL,

    CONSTRAINT "RolloutDecision_pkey" PRIMARY KEY ("rolloutId","sequence")
);

-- CreateTable
CREATE TABLE "RolloutCheck" (
    "workspaceId" TEXT NOT NULL,
    "rolloutId" TEXT NOT NULL,
    "minute" INTEGER NOT NULL,
    "stepIndex" INTEGER NOT NULL,
    "verdicts" JSONB NOT NULL,

    CONSTRAINT "RolloutCheck_pkey" PRIMARY KEY ("rolloutId","minute")
);

-- CreateIndex
CREATE UNIQUE INDEX "Rollout_runningIn_key" ON "Rollout"("runningIn");

-- CreateIndex
CREATE INDEX "Rollout_workspaceId_createdAt_idx" ON "Rollout"("workspaceId", "createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "Rollout_workspaceId_number_key" ON "Rollout"("workspaceId", "number");

-- CreateIndex
CREATE INDEX "RolloutDecision_workspaceId_at_idx" ON "RolloutDecision"("workspaceId", "at");

-- AddForeignKey
ALTER TABLE "Rollout" ADD CONSTRAINT "Rollout_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Rollout" ADD CONSTRAINT "Rollout_candidateReleaseId_fkey" FOREIGN KEY ("candidateReleaseId") REFERENCES "Release"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Rollout" ADD CONSTRAINT "Rollout_stableReleaseId_fkey" FOREIGN KEY ("stableReleaseId") REFERENCES "Release"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "RolloutDecision" ADD CONSTRAINT "RolloutDecision_rolloutId_fkey" FOREIGN KEY ("rolloutId") REFERENCES "Rollout"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RolloutCheck" ADD CONSTRAINT "RolloutCheck_rolloutId_fkey" FOREIGN KEY ("rolloutId") REFERENCES "Rollout"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The ledger is append-only: an entry may go with its workspace, but never be written over.
-- Statements are told apart by their semicolons, so those within the function are escaped.
CREATE FUNCTION refuse_update() RETURNS trigger LANGUAGE plpgsql
  AS E'BEGIN RAISE EXCEPTION \'% is append-only\', TG_TABLE_NAME\x3B END\x3B';

CREATE TRIGGER "RolloutDecision_append_only" BEFORE UPDATE ON "RolloutDecision"
  FOR EACH ROW EXECUTE FUNCTION refuse_update();
