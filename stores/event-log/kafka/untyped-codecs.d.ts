// Types of codecs that bring none.
declare module 'lz4js' {
  const lz4: { decompress(frame: Uint8Array): Uint8Array }
  export default lz4
}
declare module 'snappyjs' {
  const snappyjs: { uncompress(bytes: Uint8Array): Uint8Array }
  export default snappyjs
}
