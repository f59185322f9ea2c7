export { certificatePath, createSnsService, type SnsFront } from "./service.ts";
