import { Backoff } from './backoff.ts';
import { closeCodes, type SocketAddress } from './session.ts';

export interface MediaSocketListener {
  onOpen?(): void;
  onMessage?(data: ArrayBuffer): void;
}

/** A binary WebSocket that lives in a worker and comes back by itself until it is closed. */
export class MediaSocket {
  readonly #address: SocketAddress;
  readonly #listener: MediaSocketListener;
  readonly #backoff = new Backoff();
  #socket: WebSocket | undefined;
  #isWanted = true;

  constructor(address: SocketAddress, listener: MediaSocketListener = {}) {
    this.#address = address;
    this.#listener = listener;
    this.#connect();
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Bytes handed over that have not left yet. */
  get bufferedAmount(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  send(data: ArrayBuffer): void {
    if (this.isOpen) this.#socket?.send(data);
  }

  close(): void {
    this.#isWanted = false;
    this.#socket?.close();
  }

  #connect(): void {
    const socket = new WebSocket(this.#address.url, [...this.#address.protocols]);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      this.#backoff.reset();
      this.#listener.onOpen?.();
    };
    socket.onmessage = (message) => {
      if (message.data instanceof ArrayBuffer) this.#listener.onMessage?.(message.data);
    };
    socket.onclose = (close) => {
      if (close.code === closeCodes.takenOver || close.code === closeCodes.wrongVersion) this.#isWanted = false;
      if (this.#isWanted) setTimeout(() => this.#isWanted && this.#connect(), this.#backoff.next());
    };
    this.#socket = socket;
  }
}
