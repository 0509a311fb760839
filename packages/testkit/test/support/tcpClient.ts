import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Api } from '@posthorn/contracts'
import { encodeRequest, FrameSplitter, Reader, readResponseHeader } from '@posthorn/protocol'

/** A client over TCP that asks one thing at a time, of a Kafka or of a cluster in this process alike. */
export class TcpClient {
  readonly #socket: Socket
  readonly #splitter = new FrameSplitter()
  #answered: (frame: Uint8Array) => void = () => {}
  #correlationId = 0

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (bytes: Buffer) => this.#splitter.push(bytes, (frame) => this.#answered(frame.slice())))
  }

  static async connect(server: string): Promise<TcpClient> {
    const [host, port] = server.split(':')
    const socket = connect(Number(port), host)
    await once(socket, 'connect')
    return new TcpClient(socket)
  }

  async request<Request, Response>(api: Api<Request, Response>, body: Request, version: number): Promise<Response> {
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
    this.#answered = resolve
    const closed = (): void => reject(new Error(`${api.name} v${version}: the broker closed the connection`))
    this.#socket.once('close', closed)
    this.#socket.write(encodeRequest(api, version, this.#correlationId++, 'test', api.encodeRequest(body, version)))
    const reader = new Reader(await promise.finally(() => this.#socket.off('close', closed)), api.name)
    readResponseHeader(reader, api, version)
    return api.decodeResponse(reader.raw(reader.remaining), version)
  }

  close(): void {
    this.#socket.destroy()
  }
}
