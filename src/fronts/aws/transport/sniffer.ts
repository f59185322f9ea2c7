/** HTTP/1.1, HTTP/2 with prior knowledge and TLS on one port, told apart by their first bytes. */
import type { Server as HttpServer } from "node:http";
import type { Http2Server } from "node:http2";
import { createServer, type Server, type Socket } from "node:net";
import type { Server as TlsServer } from "node:tls";

/** An HTTP/2 client with prior knowledge opens with "PRI * HTTP/2.0" (RFC 9113, 3.4); no HTTP/1.1 method starts so. */
const preface = Buffer.from("PRI", "latin1");

/** Type of a TLS record that opens a connection (RFC 8446, 5.1). */
const handshake = 22;

export interface Sniffer {
  readonly server: Server;
  /** Destroys every open connection. */
  destroyAll(): void;
}

export function createSniffer(http1: HttpServer, http2: Http2Server, secure: TlsServer | null, options: { firstByteTimeoutMs: number }): Sniffer {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    // Until a protocol server owns the socket, an error on it would end the process.
    socket.on("error", () => socket.destroy());
    socket.setTimeout(options.firstByteTimeoutMs, () => socket.destroy());
    // Bytes are put back only once they decide: putting them back makes the socket readable again at once.
    let head: Buffer = Buffer.alloc(0);
    const onReadable = (): void => {
      const bytes = socket.read() as Buffer | null;
      if (bytes !== null) head = head.length === 0 ? bytes : Buffer.concat([head, bytes]);
      const sniffed = Math.min(head.length, preface.length);
      const matches = head.subarray(0, sniffed).equals(preface.subarray(0, sniffed));
      if (matches && head.length < preface.length) {
        if (!socket.readableEnded) socket.once("readable", onReadable);
        return;
      }
      socket.setTimeout(0);
      socket.removeAllListeners("timeout");
      socket.unshift(head);
      if (secure !== null && head[0] === handshake) secure.emit("connection", socket);
      else (matches ? http2 : http1).emit("connection", socket);
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
