/* Link types: LINKTYPE_ values of files, and what differs from the DLT_ values of this system. */
#ifndef LINKTYPE_H
#define LINKTYPE_H

#include <stdint.h>

/* The LINKTYPE_ value that VALUE in a file means: some writers put their system's DLT_ there. */
uint16_t linktype_normal(uint32_t value);

/* libpcap's DLT_ value on this system. */
int linktype_dlt(uint16_t linktype);

/* Longest frame, in bytes, that is believed; as libpcap and Wireshark have it. */
uint32_t linktype_max_frame(uint16_t linktype);

#endif
