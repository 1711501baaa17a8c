// Where things are in the memory that JavaScript and the compiled module share: byte offsets within each structure. Both
// sides import this file. Structures come first, at addresses that JavaScript gives; address 0 stands for "none".

/** What a field's value must be. */
export const KIND_ANY = 0
export const KIND_TEXT = 1
export const KIND_NUMBER = 2
export const KIND_TIME = 3

/** A field of the schema. */
export const FIELD_KIND = 0
/** Digits after the point that a number is scaled to. */
export const FIELD_DECIMALS = 4
/** Smallest and largest value, scaled; 64-bit floats. */
export const FIELD_MINIMUM = 8
export const FIELD_MAXIMUM = 16
/** The field's bit in sets of fields, 64 bits; 0: it is in none and may come twice. */
export const FIELD_BIT = 24
/** Where its values go, one for each row; 0: it is only checked. A text is a 32-bit code, anything else a 64-bit float. */
export const FIELD_OUT = 32
/** Where the fingerprints of its texts go, FINGERPRINT_WORDS a row; 0: they are not asked for. */
export const FIELD_IDS = 36
/** First CONDITION on its text, or 0. */
export const FIELD_CONDITION = 40
/** TABLE of the texts it may have, or 0: any. */
export const FIELD_KNOWN = 44
/** TABLE of codes of texts, or 0: they are looked up elsewhere. */
export const FIELD_CODES = 48
/** 1: its text must stand in the record as it is, without escapes. */
export const FIELD_RAW = 52
/** Where the HEADs and the hashes, of 32 bits, of its texts go whose codes are looked up elsewhere, by row. */
export const FIELD_HEADS = 56
export const FIELD_HASHES = 60
export const FIELD_BYTES = 64

export const FIELDS_MAX = 64

/** Fields that are required where a text is a certain one. */
export const CONDITION_NEXT = 0
export const CONDITION_TEXT = 4
export const CONDITION_LENGTH = 8
export const CONDITION_REQUIRED = 16
export const CONDITION_BYTES = 24

/** A key as it stands in a record after its opening quote, `name":`, and a mask over its first 16 bytes. */
export const KEY_TEXT = 0
export const KEY_TEXT_MAX = 112
export const KEY_MASK = 112
export const KEY_LENGTH = 128
export const KEY_FIELD = 132
/** Keys that were seen to follow this one. */
export const KEY_FOLLOWERS = 136
export const KEY_FOLLOWERS_END = 152
export const KEY_BYTES = 160

export const KEYS_MAX = 128

/**
 * A text in 16 bytes. One of up to 15 is itself, filled up with zeros, and last its length; its hash is that of the HEAD.
 * Of a longer one: where it begins in memory, its length, a zero and HEAD_LONG, of 32 bits; its hash is that of its bytes.
 */
export const HEAD_START = 0
export const HEAD_LENGTH = 4
export const HEAD_MARK = 12
export const HEAD_BYTES = 16
export const HEAD_TEXT_MAX = 15
export const HEAD_LONG = 0xff000000

/** Instead of a code: it must be looked up by the text's HEAD and hash. 0 is the code of an absent text. */
export const CODE_UNKNOWN = -1

/** A hash table of short texts, each with a number above 0: how many slots less one, how many texts, the slots. */
export const TABLE_MASK = 0
export const TABLE_COUNT = 4
export const TABLE_SLOTS = 16
/** In a slot, after the text's HEAD. */
export const TABLE_SLOT_NUMBER = 16
export const TABLE_SLOT_BYTES = 32

/** What a scan is told. */
export const SCAN_FIELDS = 0
export const SCAN_FIELD_COUNT = 4
/** The KEY before the first of an object; after it, room for KEYS_MAX. */
export const SCAN_KEYS = 8
export const SCAN_KEY_COUNT = 12
/** What stands for fields nobody asked for. */
export const SCAN_OTHER_FIELD = 16
/** Sets of fields: those always required, and those with columns. */
export const SCAN_REQUIRED = 24
export const SCAN_USED = 32
/** First and last byte of the records, and when the log took them, by record. */
export const SCAN_STARTS = 40
export const SCAN_ENDS = 44
export const SCAN_TAKEN_MS = 48
/** The AVRO_FIELDs of Avro's schema in its order, and how many: 0 where they are not known. */
export const SCAN_AVRO = 52
export const SCAN_AVRO_COUNT = 56
/** Minute of the time read last: its text of 16 bytes, and its epoch milliseconds. */
export const SCAN_MINUTE = 64
export const SCAN_MINUTE_MS = 80
export const SCAN_BYTES = 96

/** A field as Avro writes it: its FIELD, its type, and the branch of null in a union of two, or NO_UNION. */
export const AVRO_FIELD = 0
export const AVRO_TYPE = 4
export const AVRO_NULL = 8
export const AVRO_FIELD_BYTES = 12

export const NO_UNION = 2

export const TYPE_STRING = 0
export const TYPE_LONG = 1
export const TYPE_DOUBLE = 2
