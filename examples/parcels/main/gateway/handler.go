package main

import (
	"fmt"
	"net/http"
	"net/url"
)

type handler struct {
	client *http.Client
	target string
}

func newHandler(client *http.Client, target string) *handler {
	return &handler{client: client, target: target}
}

// scan hands one scan on, and tells the scanner whether it arrived.
func (h *handler) scan(w http.ResponseWriter, r *http.Request) {
	if err := h.forward(r.FormValue("parcel"), r.FormValue("depot")); err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (h *handler) forward(parcel, depot string) error {
	address := fmt.Sprintf("%s/parcels/%s/scans/%s", h.target, url.PathEscape(parcel), url.PathEscape(depot))
	response, err := h.client.Post(address, "text/plain", nil)
	if err != nil {
		return fmt.Errorf("handing on %s: %w", parcel, err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusNoContent {
		return fmt.Errorf("handing on %s: the service answered %s", parcel, response.Status)
	}
	return nil
}
