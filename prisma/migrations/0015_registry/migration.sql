-- AlterTable
ALTER TABLE "Workspace" ADD COLUMN     "aliasPolicy" JSONB;

-- AlterTable
ALTER TABLE "Model" ADD COLUMN     "lastVersion" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "ModelVersion" ADD COLUMN     "archivedAt" TIMESTAMP(3),
ADD COLUMN     "check" JSONB,
ADD COLUMN     "lineage" JSONB;

-- CreateTable
CREATE TABLE "ModelTag" (
    "workspaceId" TEXT NOT NULL,
    "versionId" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ModelTag_pkey" PRIMARY KEY ("versionId","key")
);

-- CreateTable
CREATE TABLE "ModelAlias" (
    "workspaceId" TEXT NOT NULL,
    "modelId" TEXT NOT NULL,
    "alias" TEXT NOT NULL,
    "versionId" TEXT NOT NULL,

    CONSTRAINT "ModelAlias_pkey" PRIMARY KEY ("modelId","alias")
);

-- CreateTable
CREATE TABLE "ModelAliasMove" (
    "id" TEXT NOT NULL,
    "workspaceId" TEXT NOT NULL,
    "modelId" TEXT NOT NULL,
    "alias" TEXT NOT NULL,
    "fromVersion" INTEGER,
    "toVersion" INTEGER,
    "reason" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "approvedBy" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ModelAliasMove_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ModelAliasRequest" (
    "id" TEXT NOT NULL,
    "workspaceId" TEXT NOT NULL,
    "modelName" TEXT NOT NULL,
    "alias" TEXT NOT NULL,
    "version" INTEGER,
    "reason" TEXT NOT NULL,
    "requestedBy" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decidedBy" TEXT,
    "decidedAt" TIMESTAMP(3),
    "decision" TEXT,

    CONSTRAINT "ModelAliasRequest_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "StoredArtifact" (
    "workspaceId" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "usedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "StoredArtifact_pkey" PRIMARY KEY ("workspaceId","sha256")
);

-- CreateIndex
CREATE INDEX "ModelTag_workspaceId_key_value_idx" ON "ModelTag"("workspaceId", "key", "value");

-- CreateIndex
CREATE INDEX "ModelAlias_versionId_idx" ON "ModelAlias"("versionId");

-- CreateIndex
CREATE INDEX "ModelAliasMove_modelId_alias_createdAt_idx" ON "ModelAliasMove"("modelId", "alias", "createdAt");

-- CreateIndex
CREATE INDEX "ModelAliasRequest_workspaceId_decidedAt_idx" ON "ModelAliasRequest"("workspaceId", "decidedAt");

-- CreateIndex
CREATE INDEX "StoredArtifact_usedAt_idx" ON "StoredArtifact"("usedAt");

-- AddForeignKey
ALTER TABLE "ModelTag" ADD CONSTRAINT "ModelTag_versionId_fkey" FOREIGN KEY ("versionId") REFERENCES "ModelVersion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ModelAlias" ADD CONSTRAINT "ModelAlias_modelId_fkey" FOREIGN KEY ("modelId") REFERENCES "Model"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ModelAlias" ADD CONSTRAINT "ModelAlias_versionId_fkey" FOREIGN KEY ("versionId") REFERENCES "ModelVersion"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ModelAliasMove" ADD CONSTRAINT "ModelAliasMove_modelId_fkey" FOREIGN KEY ("modelId") REFERENCES "Model"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ModelAliasRequest" ADD CONSTRAINT "ModelAliasRequest_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "StoredArtifact" ADD CONSTRAINT "StoredArtifact_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Numbers of versions go on from the newest there is.
UPDATE "Model" SET "lastVersion" = COALESCE((SELECT max(version) FROM "ModelVersion" v WHERE v."modelId" = "Model".id), 0);
