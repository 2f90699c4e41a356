// Tests reach this machine only: any other address fails at once and names itself.
import net from 'node:net'

const loopback = /^(?:localhost|127\.\d+\.\d+\.\d+|::1|\[::1\]|0\.0\.0\.0)$/

// oxlint-disable-next-line typescript/unbound-method -- it is called with its own `this` below
const connect = net.Socket.prototype.connect
net.Socket.prototype.connect = function guarded(this: net.Socket, ...args: unknown[]): net.Socket {
  const first: unknown = Array.isArray(args[0]) ? args[0][0] : args[0]
  const host =
    typeof first === 'object' && first !== null && 'host' in first && typeof first.host === 'string'
      ? first.host
      : undefined
  if (host !== undefined && !loopback.test(host)) {
    throw new Error(`a test tried to reach ${host}: tests use loopback addresses only`)
  }
  return Reflect.apply(connect, this, args) as net.Socket
}
