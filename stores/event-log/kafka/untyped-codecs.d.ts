// Types of codecs that bring none.
declare module 'lz4js' {
  const lz4: {
    compress(bytes: Uint8Array): Uint8Array
    decompress(frame: Uint8Array): Uint8Array
  }
  export default lz4
}
declare module 'snappyjs' {
  const snappyjs: {
    compress<T extends Uint8Array>(bytes: T): T
    uncompress<T extends Uint8Array>(bytes: T, maxBytes?: number): T
  }
  export default snappyjs
}
