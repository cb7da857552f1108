/** Whether this machine stores the least significant byte first, as nearly every one does, and as WFDB files do. */
export const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
