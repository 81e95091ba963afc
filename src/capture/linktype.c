/* Link types: where the LINKTYPE_ values of files and the DLT_ values of systems differ. */
#include "capture/linktype.h"

#include <pcap.h>
#include <stddef.h>
#include <stdio.h>

#include "capture/capture.h"

struct mapping {
	uint16_t linktype;
	int dlt;
};

static const struct mapping mappings[] = {
	{100, DLT_ATM_RFC1483},
	{101, DLT_RAW},
	{102, DLT_SLIP_BSDOS},
	{103, DLT_PPP_BSDOS},
	{106, DLT_ATM_CLIP},
};

#define OPENBSD_DLT_RAW 14

uint16_t linktype_normal(uint32_t value)
{
	if (value == OPENBSD_DLT_RAW)
		return 101;
	for (size_t i = 0; i < sizeof mappings / sizeof *mappings; i++)
		if (value == (uint32_t)mappings[i].dlt)
			return mappings[i].linktype;
	return (uint16_t)value;
}

int linktype_dlt(uint16_t linktype)
{
	for (size_t i = 0; i < sizeof mappings / sizeof *mappings; i++)
		if (linktype == mappings[i].linktype)
			return mappings[i].dlt;
	return linktype;
}

uint32_t linktype_max_frame(uint16_t linktype)
{
	switch (linktype_dlt(linktype)) {
	case DLT_DBUS:
	case DLT_USB_LINUX:
	case DLT_USB_LINUX_MMAPPED:
	case DLT_USBPCAP:
	case DLT_EBHSCR:
		return 128 << 20;
	default:
		return 256 << 10;
	}
}

const char *capture_linktype_name(uint16_t linktype, char text[CAPTURE_LINKTYPE_NAME])
{
	const char *const name = pcap_datalink_val_to_name(linktype_dlt(linktype));

	if (name)
		return name;
	snprintf(text, CAPTURE_LINKTYPE_NAME, "LINKTYPE_%u", linktype);
	return text;
}
