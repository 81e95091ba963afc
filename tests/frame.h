/* Frames for tests, written down as their layers. */
#ifndef FRAME_H
#define FRAME_H

#include <stddef.h>
#include <stdint.h>

#define FRAME_MAX 4096

/* What the layer `tcp` stands for. */
#define FRAME_SRC_PORT 50312
#define FRAME_DST_PORT 443
#define FRAME_SEQ      0x01020304
#define FRAME_ACK      0x05060708
#define FRAME_TSVAL    0x0a0b0c0d
#define FRAME_TSECR    0x0e0f1011
#define FRAME_PAYLOAD  "GET /\r\n\r\n"

/* Builds the frame of LAYERS, outermost first, divided by spaces; returns its length.
 *
 *   eth:0800    Ethernet, with the type that follows
 *   ip4:6       IPv4 from 10.0.0.1 to 10.0.0.2, with the protocol (decimal)
 *   ip6:6       IPv6 from 2001:db8::1 to 2001:db8::2
 *   udp:4789    UDP to that port
 *   tcp         a segment with time stamps and FRAME_PAYLOAD
 *   zeros:16    so many bytes
 *   0800LLLL    bytes in hexadecimal; LLLL stands for the length of all that follows the word
 *   +deadbeef   a trailer, which no length counts
 */
size_t frame_build(uint8_t frame[FRAME_MAX], const char *layers);

#endif
