-- AlterTable
ALTER TABLE "Item" ADD COLUMN     "deletedAt" TIMESTAMP(3);

-- CreateTable
CREATE TABLE "CatalogFold" (
    "workspaceId" TEXT NOT NULL,
    "position" TEXT NOT NULL DEFAULT '0-0',
    "foldedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "CatalogFold_pkey" PRIMARY KEY ("workspaceId")
);

-- AddForeignKey
ALTER TABLE "CatalogFold" ADD CONSTRAINT "CatalogFold_workspaceId_fkey" FOREIGN KEY ("workspaceId") REFERENCES "Workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;
