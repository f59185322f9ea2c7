/** HTTP/1.1 and HTTP/2 with prior knowledge on one port, told apart by their first bytes. */
import type { Server as HttpServer } from "node:http";
import type { Http2Server } from "node:http2";
import { createServer, type Server, type Socket } from "node:net";

/** An HTTP/2 client with prior knowledge opens with "PRI * HTTP/2.0" (RFC 9113, 3.4); no HTTP/1.1 method starts so. */
const preface = Buffer.from("PRI", "latin1");

export interface Sniffer {
  readonly server: Server;
  /** Destroys every open connection. */
  destroyAll(): void;
}

export function createSniffer(http1: HttpServer, http2: Http2Server, options: { firstByteTimeoutMs: number }): Sniffer {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    // Until a protocol server owns the socket, an error on it would end the process.
    socket.on("error", () => socket.destroy());
    socket.setTimeout(options.firstByteTimeoutMs, () => socket.destroy());
    const onReadable = (): void => {
      const head = socket.read() as Buffer | null;
      if (head === null) return;
      const sniffed = Math.min(head.length, preface.length);
      const matches = head.subarray(0, sniffed).equals(preface.subarray(0, sniffed));
      if (matches && head.length < preface.length) {
        socket.unshift(head);
        socket.once("readable", onReadable);
        return;
      }
      socket.setTimeout(0);
      socket.removeAllListeners("timeout");
      socket.unshift(head);
      (matches ? http2 : http1).emit("connection", socket);
    };
    socket.once("readable", onReadable);
  });
  return {
    server,
    destroyAll() {
      for (const socket of sockets) socket.destroy();
    },
  };
}
