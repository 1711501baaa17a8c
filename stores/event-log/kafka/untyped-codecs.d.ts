// Types of a codec that brings none.
declare module 'snappyjs' {
  const snappyjs: { compress<T extends Uint8Array>(bytes: T): T }
  export default snappyjs
}
