/** The batch that ends a producer's transaction in a shard (KIP-98, "Control Messages"). */
import { crc32c } from "../../core/index.ts";
import { BatchBuilder } from "./builder.ts";
import { attributeBits, layout, writeInt64 } from "./layout.ts";

export function encodeControlBatch(producerId: number, producerEpoch: number, outcome: "commit" | "abort", timestampMs: number): Uint8Array {
  const builder = new BatchBuilder(128);
  builder.append(Uint8Array.of(0, 0, 0, outcome === "commit" ? 1 : 0), new Uint8Array(6), timestampMs);
  const batch = builder.finish();
  const view = new DataView(batch.buffer, batch.byteOffset, batch.length);
  view.setInt16(layout.attributes, attributeBits.transactional | attributeBits.control);
  writeInt64(view, layout.producerId, producerId);
  view.setInt16(layout.producerEpoch, producerEpoch);
  view.setUint32(layout.crc, crc32c(batch.subarray(layout.attributes)));
  return batch;
}
