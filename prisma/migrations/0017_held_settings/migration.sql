-- AlterTable
ALTER TABLE "Release" ADD COLUMN     "heldSettings" JSONB;
